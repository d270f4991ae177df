"""A real Flink cluster and Beam's job server, for a service test and for trying a deployment."""
