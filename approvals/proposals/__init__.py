"""What settings and text blocks of letters share: one person of the city proposes a change, another decides, then it is in force."""
