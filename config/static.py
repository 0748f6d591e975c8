"""Static files under names that change with their content, compressed beforehand."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Works each address out once: it holds for as long as the process, and a page names two dozen of them."""

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002  (Django's signature)
        """Return the address of a file, with the digest of its content."""
        return _address(self, name, force)


@cache
def _address(files: StaticFiles, name: str | None, force: bool) -> str:  # noqa: FBT001
    address: str = super(StaticFiles, files).url(name, force)
    return address
