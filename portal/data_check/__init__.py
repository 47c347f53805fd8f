"""核对数据: whether what is stored still agrees with itself."""
