extension SealOperation {
    static let cronSpool = SealOperation(
        name: "cron-spool", profile: .standard, moment: .shutdown,
        summary: "jobs that accounts gave to cron and at",
        reason: "A job of the build would run in every clone. What the system runs stands in /etc and stays.",
        script: #"""
            for folder in /var/spool/cron /var/spool/cron/crontabs /var/spool/cron/tabs /var/spool/cron/atjobs \
                /var/spool/cron/atspool /var/spool/at /var/spool/atjobs /var/spool/atspool; do
                for job in "$folder"/* "$folder"/.SEQ; do
                    if [ -f "$job" ]; then remove "$job"; fi
                done
            done
            """#)
}
