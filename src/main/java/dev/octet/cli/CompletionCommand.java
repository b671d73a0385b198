package dev.octet.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        header = "prints a script that completes commands in bash or zsh",
        description = {
            "Prints a script that completes commands, options, their values and files with the TAB key.",
            "",
            "bash, this session:  source <(./octet completion bash)",
            "bash, all sessions:  ./octet completion bash > ~/.local/share/bash-completion/completions/octet",
            "zsh, this session:   source <(./octet completion zsh)",
            "zsh, all sessions:   add that line to ~/.zshrc, with the full path of octet"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells whose scripts can be made. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Output.out(spec);
        if (shell == Shell.ZSH) {
            // the script itself then loads zsh's emulation of bash's completion, which needs this first
            out.println("autoload -Uz compinit && compinit -u");
        }
        out.print(AutoComplete.bash("octet", spec.root().commandLine()));
        out.flush();
        return 0;
    }
}
