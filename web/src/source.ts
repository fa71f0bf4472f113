/** Where resources come from: blocks inside the page, or the server that sent it. */

/** What a page does not have. Its message is a sentence for the reader. */
export class Missing extends Error {}

/** Something that gives resources by name. */
export interface Source {
  load(name: string): Promise<unknown>;
  /** Ask the server to do something; a page from a file cannot. */
  post(name: string, body: unknown, token: string, signal?: AbortSignal): Promise<unknown>;
}

/** Resources in `<script type="application/gzip" data-resource="NAME">`: JSON, gzip, base64. */
export class EmbeddedSource implements Source {
  private readonly blocks: Map<string, Element>;

  constructor(root: ParentNode) {
    const found = root.querySelectorAll("script[data-resource]");
    this.blocks = new Map([...found].map((block) => [block.getAttribute("data-resource") ?? "", block]));
  }

  has(name: string): boolean {
    return this.blocks.has(name);
  }

  async load(name: string): Promise<unknown> {
    const block = this.blocks.get(name);
    if (!block) throw new Missing(`This page does not hold ${inWords(name)}. "glianeat serve" shows everything.`);
    return JSON.parse(await gunzip(fromBase64(block.textContent ?? "")));
  }

  async post(): Promise<unknown> {
    throw new Missing('A page from a file cannot run anything. "glianeat serve" can.');
  }
}

/** Resources of the server, beside the page: `run/0/overview` is at `/<token>/run/0/overview`. */
export class ServedSource implements Source {
  private readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  async load(name: string): Promise<unknown> {
    return this.answer(name, await this.fetched(this.address(name), { cache: "no-cache" }));
  }

  async post(name: string, body: unknown, token: string, signal?: AbortSignal): Promise<unknown> {
    const response = await this.fetched(this.address(name), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Glianeat-Token": token },
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
    return this.answer(name, response);
  }

  private address(name: string): string {
    return new URL(name, this.base).href;
  }

  private async fetched(address: string, how: RequestInit): Promise<Response> {
    try {
      return await fetch(address, how);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new Missing("The server does not answer. Is glianeat serve still running?");
    }
  }

  /** Errors are JSON with a sentence in `error`. */
  private async answer(name: string, response: Response): Promise<unknown> {
    if (response.ok) return response.json();
    let sentence = "";
    try {
      sentence = String(((await response.json()) as { error?: unknown }).error ?? "");
    } catch {
      // Not JSON: the status says enough.
    }
    throw new Missing(sentence || `The server has no ${inWords(name)} (status ${response.status}).`);
  }
}

/** Return the bytes of base64 text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Return the text of gzipped UTF-8. */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Name a resource in words: `run/0/genome/12` is "genome 12". */
export function inWords(name: string): string {
  const parts = name.split("/");
  if (parts[0] !== "run") return `the ${name}`;
  const [, , what, first, second] = parts;
  if (second !== undefined) return `the ${what} of genomes ${first} and ${second}`;
  if (first !== undefined) return what === "genome" ? `genome ${first}` : `the ${what} of genome ${first}`;
  return `the ${what}`;
}
