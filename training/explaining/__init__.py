"""Whether explanations are right: what their maps tell of the net, measured on held-out lesions."""
