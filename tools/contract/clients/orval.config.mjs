// The generated functions call the address that the document names as its server.
export default {
  her2: {
    input: "./openapi-client.json",
    output: {
      target: "./orval/api.ts",
      mode: "split",
      client: "fetch",
      baseUrl: { getBaseUrlFromSpecification: true },
    },
  },
};
