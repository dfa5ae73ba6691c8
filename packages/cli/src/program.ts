import { Command, CommanderError } from 'commander'
import { addAuditCompleteness } from './commands/audit-completeness.ts'
import { addAuditActor, addAuditEntries, addAuditSubject } from './commands/audit-entries.ts'
import { addAuditEntry } from './commands/audit-entry.ts'
import { addAuditTail } from './commands/audit-tail.ts'
import { addDatabasesProvision } from './commands/databases-provision.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEnv } from './commands/env.ts'
import { addImportNrm } from './commands/import-nrm.ts'
import { addKeysInit } from './commands/keys-init.ts'
import { addMigrate } from './commands/migrate.ts'
import { addParkedDrop } from './commands/parked-drop.ts'
import { addParkedList } from './commands/parked-list.ts'
import { addParkedRedrive } from './commands/parked-redrive.ts'
import { addPartnerAdd } from './commands/partner-add.ts'
import { addPartnerDisable } from './commands/partner-disable.ts'
import { addPartnerEnable } from './commands/partner-enable.ts'
import { addPartnerList } from './commands/partner-list.ts'
import { addTopicsApply } from './commands/topics-apply.ts'
import type { Context } from './context.ts'
import { explain } from './failure.ts'

/** Runs one command. @returns the exit code: 0 done, 1 could not be done, 2 wrong arguments, settings or file */
export async function runHaven(args: readonly string[], context: Context): Promise<0 | 1 | 2> {
  // a command that ends well enough to print its answer, but not as its user hoped, says so here
  let code: 0 | 1 | 2 = 0
  const program = createProgram(context, ended => {
    code = ended
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { message, exitCode } = explain(error)
    context.note(`✖ ${message}`)
    return exitCode
  }
}

function createProgram(context: Context, onEnd: (code: 0 | 1 | 2) => void): Command {
  const program = new Command('haven')
    .description(
      'Runs a Haven installation: keys, databases, topics, migrations, partners, parked events, imports, the access record.',
    )
    .exitOverride()
    .configureOutput({ writeOut: text => context.out(text.trimEnd()), writeErr: text => context.note(text.trimEnd()) })
    .showHelpAfterError('(haven --help lists the commands)')
    .addHelpText(
      'after',
      '\nSettings come from flags, then HAVEN_* (HAVEN_X_FILE reads one from a file), then .haven/run.json of the running system.' +
        '\nExit codes: 0 done, 1 could not be done, 2 wrong arguments, settings or file.',
    )
  const keys = program.command('keys').description('encryption keys of an installation')
  addKeysInit(keys, context)
  const topics = program.command('topics').description('Kafka topics')
  addTopicsApply(topics, context)
  const databases = program.command('databases').description('databases, their roles and what these may do')
  addDatabasesProvision(databases, context)
  addMigrate(program, context)
  const partner = program.command('partner').description('partner systems that may post events')
  addPartnerAdd(partner, context)
  addPartnerList(partner, context)
  addPartnerDisable(partner, context)
  addPartnerEnable(partner, context)
  const parked = program.command('parked').description('events that a consumer could not apply')
  addParkedList(parked, context)
  addParkedRedrive(parked, context)
  addParkedDrop(parked, context)
  const imports = program.command('import').description('published data as partner events')
  addImportNrm(imports, context, () => onEnd(1))
  const audit = program
    .command('audit')
    .description('the access record: who looked at whom, when and why')
    .addHelpText('after', '\nTen minutes as an auditor: docs/auditor.md.')
  addAuditEntries(audit, context)
  addAuditSubject(audit, context)
  addAuditActor(audit, context)
  addAuditEntry(audit, context)
  addAuditTail(audit, context)
  addAuditCompleteness(audit, context)
  addDoctor(program, context, onEnd)
  addEnv(program, context)
  return program
}
