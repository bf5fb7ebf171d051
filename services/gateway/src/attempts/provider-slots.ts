/** How many attempts each provider has open in this gateway, against the number it may have. */
export interface ProviderSlots {
  hasRoom(provider: string): boolean;
  /** Returns a function that gives the place back; calling it again does nothing. */
  enter(provider: string): () => void;
}

export function createProviderSlots(limitOf: (provider: string) => number | undefined): ProviderSlots {
  const open = new Map<string, number>();
  const count = (provider: string): number => open.get(provider) ?? 0;
  return {
    hasRoom: (provider) => count(provider) < (limitOf(provider) ?? Infinity),
    enter: (provider) => {
      open.set(provider, count(provider) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        open.set(provider, count(provider) - 1);
      };
    },
  };
}
