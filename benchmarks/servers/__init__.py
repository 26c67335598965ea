"""The other ways to serve a learner, each as its documentation shows it, for `benchmarks.serve`.

Each module is a whole program, and needs what the file of requirements of the same name lists: the benchmark
makes an environment of its own for it. Nothing of them is a dependency of the project.
"""
