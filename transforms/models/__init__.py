"""Runs a model: the packaged ONNX weights, or any Hugging Face checkpoint of the same task."""
