/** What an answer costs, in whole nano-dollars, and how that is known. */
export interface PricedCost {
  /** What counts: the provider's own figure where it told one, else the table's. */
  nanoDollars: number;
  /** By the table; absent: not even a kin of the model has a price. */
  tableNanoDollars?: number;
  reportedNanoDollars?: number;
  /** Which price: "catalog 2026-11-21", "configuration 3fa9…", "openrouter 2026-11-21T10:00Z", "none". */
  priceVersion: string;
  /** The canonical model whose price was taken in place of the unknown one. */
  pricedAs?: string;
}
