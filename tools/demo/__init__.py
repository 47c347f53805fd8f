"""Reproducible fictional data: all invented data belong to districts named 演示…区（虚构） and are marked 演示数据."""
