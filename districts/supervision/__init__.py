"""Construction supervision (监理) and quality and safety oversight (质量安全监督), recorded besides the departments' checks."""
