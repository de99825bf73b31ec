/** The least of what hosts declare, in place of the DOM library. */
interface AbortSignal {
  readonly aborted: boolean;
}
interface URL {
  readonly href: string;
}
interface ReadableStream<R = unknown> {
  getReader(): { read(): Promise<{ done: boolean; value?: R }> };
}
interface TransformStream<I = unknown, O = unknown> {
  readonly readable: ReadableStream<O>;
  readonly writable: { getWriter(): { write(chunk: I): Promise<void> } };
}
