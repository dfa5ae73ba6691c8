import pg from 'pg'

/** No private connection to the database could be made. The message names what to put right and holds neither password nor row. */
export class UntrustedDatabase extends Error {
  override readonly name = 'UntrustedDatabase'
  /** Node's word for it, such as `CERT_HAS_EXPIRED`. */
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

// What Node's TLS says of a certificate.
const certificateCodes =
  /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET|VERIFY)|INVALID_(CA|PURPOSE)|ERR_TLS_CERT|ERR_SSL_|HOSTNAME_MISMATCH)/

/**
 * How every part connects. TLS is asked for by the URL, `?sslmode=verify-full&sslrootcert=<file>`; the file is read for each connection, so that
 * an authority can be replaced while services run.
 */
export class DatabaseClient extends pg.Client {
  constructor(config: pg.ClientConfig = {}) {
    refuseHalfTls(config.connectionString)
    try {
      super(config)
    } catch (error) {
      throw inWords(error)
    }
  }

  override connect(): Promise<this>
  override connect(callback: (error: Error) => void): void
  override connect(callback?: (error: Error) => void) {
    if (callback) return super.connect((error: Error) => callback(error && inWords(error)))
    return super.connect().catch((error: Error) => {
      throw inWords(error)
    })
  }
}

/**
 * `pg` takes `prefer`, `require` and `verify-ca` for `verify-full` today and will encrypt without verifying from its next major version on;
 * `no-verify` does so now. Whoever listens in between would be trusted, so none of them is taken.
 * @throws UntrustedDatabase
 */
export function refuseHalfTls(url: string | undefined): void {
  const mode = url === undefined ? null : new URL(url).searchParams.get('sslmode')
  if (mode === null || mode === 'verify-full' || mode === 'disable') return
  throw new UntrustedDatabase(
    'SSLMODE',
    `sslmode=${mode} in a database's URL does not say whether its server is verified; write sslmode=verify-full&sslrootcert=<file>, or leave it out for plain text.`,
  )
}

function inWords(error: unknown): Error {
  const { code = '', message, syscall, path } = error as NodeJS.ErrnoException
  if (certificateCodes.test(code))
    return new UntrustedDatabase(
      code,
      `The database's server could not be trusted: ${message}; sslrootcert in the URL has to name the authority that signs for it, and the URL a host name in its certificate.`,
      { cause: error },
    )
  if (syscall === 'open')
    return new UntrustedDatabase(code, `A file that a database's URL names cannot be read (${code}): ${path}.`, {
      cause: error,
    })
  if (message === 'The server does not support SSL connections')
    return new UntrustedDatabase(
      'NO_TLS',
      "The database's server does not speak TLS, which the URL asks for; turn it on there (ssl = on), or take sslmode out of the URL.",
      { cause: error },
    )
  return error as Error
}
