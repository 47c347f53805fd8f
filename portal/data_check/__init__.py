"""核对数据: check that stored data are consistent."""
