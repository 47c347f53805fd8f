"""现有城区补录进度: what the records of each titled district still lack, by what they are needed for, and who adds it where."""
