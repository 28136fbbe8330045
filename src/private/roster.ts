/** What comes one by one, for those who want to see each of it, also what comes later. */
export class Roster<T> {
  private readonly items: T[] = [];
  private readonly visitors: ((item: T) => void)[] = [];

  public add(item: T): void {
    this.items.push(item);
    this.visitors.forEach(visit => visit(item));
  }

  public each(visit: (item: T) => void): void {
    this.visitors.push(visit);
    this.items.forEach(visit);
  }
}
