
@pytest.mark.parametrize(
    ("wrong", "named"), [({"training_pages": 0}, "training_pages"), ({"validation_pages": -1}, "validation"), ({"dpi": 20}, "dpi")]
)  # fmt: skip
