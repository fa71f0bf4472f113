"""Tables for pandas."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glianeat.errors import ConfigError
from glianeat.typing import AnyArray

if TYPE_CHECKING:
    import pandas as pd


def dataframe(table: Mapping[str, AnyArray]) -> "pd.DataFrame":
    """Return a table as a data frame; raise `ConfigError` if pandas is not installed."""
    try:
        from pandas import DataFrame
    except ImportError:
        raise ConfigError(
            "to_dataframe: needs the package pandas, which is not installed; "
            "pip install 'glianeat[table]'"
        ) from None
    return DataFrame(dict(table))
