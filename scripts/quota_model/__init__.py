"""The quotas of uploads against a sequential model, and under kill -9."""
