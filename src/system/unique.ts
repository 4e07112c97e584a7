/** A name that no other call gives, on this machine and in its past: unique, not secret, so without OpenSSL. */
export function uniqueName(): string {
  return `${process.pid.toString(16)}-${Date.now().toString(16)}-${process.hrtime.bigint().toString(16)}`;
}
