"""Networks: backbones, where they start, and what stands before and beside them."""
