/** What a process takes of memory at one moment. */
export interface MemorySample {
  /** What the system has given it. V8 keeps room for garbage to come, and how much it decides itself. */
  readonly residentMb: number;
  /** What is in use, after garbage was collected: its objects, and the bytes outside of V8's heap. */
  readonly heldMb: number;
}
