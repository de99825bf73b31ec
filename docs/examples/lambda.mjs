// AWS Lambda behind a function URL or an HTTP API (payload format 2.0), handler `lambda.handler`
import { createEdge } from "multiarch/edge";

const edge = createEdge({ registries: ["docker.io", "ghcr.io"] });

export async function handler({ rawPath, rawQueryString, headers, requestContext }) {
  const url = `https://${requestContext.domainName}${rawPath}?${rawQueryString}`;
  const response = await edge(new Request(url, { method: requestContext.http.method, headers }));
  const body = Buffer.from(await response.arrayBuffer()).toString("base64");
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body, isBase64Encoded: true };
}
