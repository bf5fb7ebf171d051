import { generateKeyPairSync, sign } from "node:crypto";

/** A certificate for localhost that nobody but the test trusts, made when it is needed: no key in the repository. */
export function createCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(identifier([42, 134, 72, 206, 61, 4, 3, 2]));
  const name = sequence(der(0x31, sequence(identifier([85, 4, 3]), der(0x0c, Buffer.from("localhost")))));
  const validity = sequence(time(-1), time(1));
  const alternativeName = sequence(
    identifier([85, 29, 17]),
    der(0x04, sequence(...["localhost", "upstream.test"].map((host) => der(0x82, Buffer.from(host))))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(alternativeName)),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function identifier(bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function time(yearsFromNow: number): Buffer {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + yearsFromNow);
  return der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
}
