import { Report } from '../contract';

/** The whole report for tools, as `schema/reachability-report.schema.json` of this package describes it. */
export function formatJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
