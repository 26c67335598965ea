"""From a float graph to an int8 one. These modules import onnx, which serving does not have."""
