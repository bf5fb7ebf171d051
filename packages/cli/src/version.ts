/** Version of this checkout; the one that `/info` and `switchyard --version` tell. */
export const VERSION = "0.1.0";
