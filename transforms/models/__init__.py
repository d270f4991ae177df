"""Runs a model: the packaged ONNX weights, or any Hugging Face checkpoint of the same task."""

import os

# The official builds of ONNX Runtime tell Microsoft of their use, and keep an id of the machine in
# the user's cache; what is read here is nobody else's business. Read once, when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
