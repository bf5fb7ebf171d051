/** Something that was asked for: not there yet, there, or why it is not; what was there before is kept meanwhile. */
export interface Loaded<Data> {
  data?: Data;
  /** A sentence for people. */
  problem?: string;
}
