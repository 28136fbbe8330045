/** Lists that are answered in parts: a token stands for what is left of the list as it was when its first page was answered. */
export class Pages<T> {
  private readonly remaining = new Map<string, T[]>();

  /** Undefined for a token that was never given out. */
  take(token: string | undefined, size: number, items: () => T[]): { items: T[]; next?: string } | undefined {
    const remaining = token === undefined ? items() : this.remaining.get(token);
    if (!remaining) { return undefined; }
    const rest = remaining.slice(size);
    const next = rest.length > 0 ? `page-${this.remaining.size + 1}` : undefined;
    if (next) { this.remaining.set(next, rest); }
    return { items: remaining.slice(0, size), next };
  }
}
