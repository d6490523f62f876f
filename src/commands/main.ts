/** Runs one command line: what it throws becomes a message without a stack, and an exit code. */
import { type Command, CommanderError } from 'commander';
import { ConnectorError, EXIT, type ExitCode, messageOf, UserError } from '../errors.ts';
import { linesForTerminal } from '../report/escape.ts';
import { createRedactor } from '../report/redact.ts';
import { createStyle } from '../report/style.ts';
import { TOOL_VERSION } from '../scan/identity.ts';
import type { Context } from './context.ts';
import { listenForInterrupts } from './interrupt.ts';
import { createProgram } from './program.ts';

/** `argv` as the process has it, with the program's name first. Gives the exit code; never throws. */
export async function runProgram(
  argv: readonly string[],
  process: Omit<Context, 'interruptible'>,
): Promise<ExitCode> {
  const say = (text: string) => process.stderr.write(text);
  const context: Context = {
    ...process,
    interruptible: () =>
      listenForInterrupts(() =>
        say('\nstopping at the next checkpoint; press Ctrl-C again to stop at once\n'),
      ),
  };
  // A reader that has seen enough (`| head`) closes the pipe; there is nobody left to write to.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    globalThis.process.exit(EXIT.ok);
  });

  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram(context, TOOL_VERSION, (code) => {
    exitCode = code;
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap((sub) => sub.commands)]) {
    command
      .exitOverride()
      .showHelpAfterError(`see: ${pathOf(command)} --help`)
      .configureOutput({
        writeOut: (text) => process.stdout.write(text),
        writeErr: (text) => say(linesForTerminal(text)),
      });
  }
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const redact = createRedactor(process.env);
    const style = createStyle(process.stderr);
    say(`${style.bad('error')}: ${linesForTerminal(redact(describe(error)))}\n`);
    return exitCodeOf(error);
  }
}

/** What is typed to run a command: `whereabouts rules show`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UserError) return error.exitCode;
  if (error instanceof ConnectorError) return error.code === 'config' ? EXIT.usage : EXIT.noAccess;
  return EXIT.fatal;
}

/** An error of ours has said all; anything else is a fault in the program, and its stack helps whoever mends it. */
function describe(error: unknown): string {
  if (error instanceof UserError || error instanceof ConnectorError) return error.message;
  const stack = error instanceof Error ? error.stack : undefined;
  return `${messageOf(error)}\n${stack ?? ''}\nThis is a fault in whereabouts; please report it with the lines above.`;
}
