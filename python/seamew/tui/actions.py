"""What keys do beyond watching: a thread dump to a file, a heap dump, a case of evidence."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

