"""Commands: bench, demo_load, demo_plots, demo_renew, demo_reset, demo_run."""
