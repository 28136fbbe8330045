import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalid } from '../private/validate';

/** Metrics that CloudWatch takes on one dashboard, and in one graph. */
const MOST_METRICS = 2_500;
const MOST_LINES = 500;

const WIDTH = 8;
const HEIGHT = 7;

/** One graph of a construct: a line for each of its parts. */
export class Graph extends cloudwatch.GraphWidget {
  /** How many lines it has. */
  public lines = 0;

  constructor(title: string, threshold?: number) {
    super({
      title,
      width: WIDTH,
      height: HEIGHT,
      leftYAxis: { min: 0, showUnits: false },
      ...threshold === undefined ? {} : { leftAnnotations: [{ value: threshold, label: 'alarm', color: cloudwatch.Color.RED }] },
    });
  }

  public line(metric: cloudwatch.Metric, label: string): void {
    this.lines += 1;
    this.addLeftMetric(metric.with({ label }));
  }
}

/** The dashboard, where there is one, within what CloudWatch takes. */
export class Graphs {
  private readonly all: Graph[] = [];

  constructor(private readonly scope: Construct, private readonly dashboard: cloudwatch.Dashboard | undefined) {
    scope.node.addValidation({ validate: () => this.refusals() });
  }

  /** A heading and the graphs below it, three beside each other. */
  public section(title: string, graphs: Graph[]): void {
    this.all.push(...graphs);
    this.dashboard?.addWidgets(new cloudwatch.TextWidget({ markdown: `# ${title}`, width: 24, height: 1 }));
    for (let i = 0; i < graphs.length; i += 3) { this.dashboard?.addWidgets(...graphs.slice(i, i + 3)); }
  }

  private refusals(): string[] {
    if (!this.dashboard) { return []; }
    const lines = this.all.reduce((sum, graph) => sum + graph.lines, 0);
    const longest = Math.max(0, ...this.all.map(graph => graph.lines));
    if (lines <= MOST_METRICS && longest <= MOST_LINES) { return []; }
    return [invalid(this.scope, `a dashboard takes ${MOST_METRICS} metrics and a graph ${MOST_LINES}, got: ${lines} and ${longest}. `
      + 'Make another Monitoring for some of the constructs.').message];
  }
}
