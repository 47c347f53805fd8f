"""Commands: bench, demo_load, demo_plots, demo_renew, demo_reset, demo_run, training_load, write_api_client."""
