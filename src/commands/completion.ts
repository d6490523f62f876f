/** `whereabouts completion bash|zsh|fish`: a script that completes commands, options and their choices; made from the program itself. */
import type { Command, Option } from 'commander';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Context } from './context.ts';

/** Prints the script for a shell. */
export async function complete(context: Context, program: Command, shell: string): Promise<ExitCode> {
  const scripts: Readonly<Record<string, (program: Command) => string>> = { bash, zsh, fish };
  context.stdout.write(scripts[shell]?.(program) ?? '');
  return EXIT.ok;
}

function bash(program: Command): string {
  const cases = program.commands
    .map((command) => `    ${command.name()}) words="${wordsAfter(program, command).join(' ')}" ;;`)
    .join('\n');
  const choices = choicesOf(program)
    .map(
      ([flag, values]) =>
        `    ${flag}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current")); return ;;`,
    )
    .join('\n');
  return `# bash completion for whereabouts: source <(whereabouts completion bash)
_whereabouts() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${program.commands.map((command) => command.name()).join('|')}) command="$word"; break ;;
    esac
  done
  case "$previous" in
${choices}
  esac
  case "$command" in
    "") words="${wordsAfter(program, program).join(' ')}" ;;
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _whereabouts whereabouts
`;
}

function zsh(program: Command): string {
  const cases = program.commands
    .map((command) => {
      const lines = wordsDescribed(program, command).map(([word, text]) => `        ${quoteZsh(word, text)}`);
      return `      ${command.name()})\n        words_of=(\n${lines.join('\n')}\n        ) ;;`;
    })
    .join('\n');
  const top = wordsDescribed(program, program).map(([word, text]) => `    ${quoteZsh(word, text)}`);
  return `#compdef whereabouts
# zsh completion for whereabouts: source <(whereabouts completion zsh)
_whereabouts() {
  local -a words_of
  words_of=(
${top.join('\n')}
  )
  local word
  for word in "\${words[@]:1:$((CURRENT-2))}"; do
    case "$word" in
${cases}
    esac
  done
  _describe 'whereabouts' words_of
  _files
}
compdef _whereabouts whereabouts
`;
}

function fish(program: Command): string {
  const lines = [
    ...program.commands.map(
      (command) =>
        `complete -c whereabouts -n __fish_use_subcommand -a ${command.name()} -d ${quoteFish(command.description())}`,
    ),
    ...program.options.map((option) => fishOption('', option)),
    ...program.commands.flatMap((command) => [
      ...command.options.map((option) => fishOption(seen(command), option)),
      ...[...command.commands.map((sub) => sub.name()), ...argumentChoices(command)].map(
        (word) => `complete -c whereabouts ${seen(command)} -a ${word}`,
      ),
    ]),
  ];
  return `# fish completion for whereabouts: whereabouts completion fish | source\n${lines.join('\n')}\n`;
}

function seen(command: Command): string {
  return `-n '__fish_seen_subcommand_from ${command.name()}'`;
}

function fishOption(condition: string, option: Option): string {
  const choices = option.argChoices
    ? ` -x -a '${option.argChoices.join(' ')}'`
    : option.required
      ? ' -r'
      : '';
  const long = option.long?.slice(2) ?? '';
  return `complete -c whereabouts ${condition} -l ${long}${choices} -d ${quoteFish(option.description)}`.replace(
    / {2,}/g,
    ' ',
  );
}

/** What can follow a command (or the program itself): subcommands, choices of its argument, options. */
function wordsDescribed(program: Command, command: Command): readonly (readonly [string, string])[] {
  const options = command === program ? program.options : [...command.options, ...program.options];
  return [
    ...command.commands.map((sub) => [sub.name(), sub.description()] as const),
    ...argumentChoices(command).map((choice) => [choice, ''] as const),
    ...options.map((option) => [option.long ?? '', option.description] as const),
  ];
}

function wordsAfter(program: Command, command: Command): readonly string[] {
  return wordsDescribed(program, command).map(([word]) => word);
}

function argumentChoices(command: Command): readonly string[] {
  return command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
}

/** Options with a fixed set of values; the same option of two commands offers both sets. */
function choicesOf(program: Command): readonly (readonly [string, readonly string[]])[] {
  const choices = new Map<string, Set<string>>();
  for (const option of [program, ...program.commands].flatMap((command) => command.options)) {
    if (option.long === undefined || option.argChoices === undefined) continue;
    const known = choices.get(option.long) ?? new Set();
    for (const choice of option.argChoices) known.add(choice);
    choices.set(option.long, known);
  }
  return [...choices].map(([flag, values]) => [flag, [...values]]);
}

function quoteZsh(word: string, text: string): string {
  return `'${`${word}${text ? `:${text}` : ''}`.replaceAll("'", `'\\''`)}'`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
