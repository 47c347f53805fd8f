"""Seeded fiction: everything invented happens in 演示…区（虚构） and is marked 演示数据."""
