"""Settings, read from the environment with the prefix HER2_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where the data lies and how it is served."""

    model_config = SettingsConfigDict(env_prefix="HER2_")

    database: Path = Field(PROJECT / "var" / "her2-facts.db", description="The built database.")
    seed: Path = Field(PROJECT / "seed", description="Directory of the YAML files.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str | None = Field(
        None,
        pattern="^https?://[^/?#]+$",
        description="Scheme, host and port that clients see; every address in an answer starts "
        "with it. Never taken from a request. Default: http://HOST:PORT.",
    )

    @property
    def base_url(self) -> str:
        """What every address in an answer starts with."""
        return self.public_url or f"http://{self.host}:{self.port}"
