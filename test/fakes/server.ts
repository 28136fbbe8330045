import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Execution } from './execution';
import { ConnectionReset, Gateway, NoAnswer } from './gateway';
import { AwsError, parseParams } from './protocol';

/** The stand-in on a port of this machine, for the SDK as it is. */
export class WireServer {
  private readonly server: Server;
  private requestCount = 0;

  /**
   * @param execution the process that all requests are taken to come from
   * @param latency milliseconds of the clock that a call takes
   */
  constructor(private readonly gateway: Gateway, private readonly execution: Execution, private readonly latency: () => number) {
    this.server = createServer((request, response) => void this.serve(request, response));
    // a test file that forgets to stop the server must not keep jest from exiting
    this.server.unref();
    this.server.on('connection', socket => socket.unref());
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve, reject) => this.server.close(error => error ? reject(error) : resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await body(request));
    const action = form.get('Action') ?? '';
    const service = this.gateway.services.find(({ version }) => version === form.get('Version'));
    if (!service) {
      response.writeHead(400).end(`no service has version ${form.get('Version')}`);
      return;
    }
    const requestId = `00000000-0000-4000-8000-${String(++this.requestCount).padStart(12, '0')}`;
    this.gateway.clock.advance(this.latency());
    try {
      const answer = await this.gateway.handle(service, action, parseParams(form), this.execution, pause);
      response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' }).end(service.answerXml(action, answer, requestId));
    } catch (error) {
      if (error instanceof NoAnswer) { return; }
      if (error instanceof ConnectionReset) {
        request.socket.destroy();
        return;
      }
      // 400, because the SDK would try again after a 500 and hide the defect
      const known = error instanceof AwsError ? error : new AwsError('DefectOfTheFake', String(error instanceof Error ? error.stack : error));
      response.writeHead(known.status, { 'content-type': 'text/xml;charset=UTF-8' }).end(service.errorXml(known, requestId));
    }
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
