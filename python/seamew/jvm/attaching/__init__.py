"""Attaching to a HotSpot JVM without any JDK tool: handshake, requests, replies."""

from .client import DEFAULT_TIMEOUT_SECONDS, AttachClient

__all__ = ["DEFAULT_TIMEOUT_SECONDS", "AttachClient"]
