extension SealOperation {
    static let commandHistory = SealOperation(
        name: "history", profile: .standard, moment: .shutdown,
        summary: "what shells and programs remember of the build's commands",
        reason: "Commands hold host names, paths and now and then a password.",
        script: #"""
            remove_in_homes .bash_history .bash_sessions .ash_history .sh_history .zsh_history .zsh_sessions \
                .local/share/fish/fish_history .python_history .node_repl_history .sqlite_history \
                .rediscli_history .mysql_history .psql_history .lesshst .viminfo .local/share/nano .wget-hsts \
                .sudo_as_admin_successful
            """#)
}
