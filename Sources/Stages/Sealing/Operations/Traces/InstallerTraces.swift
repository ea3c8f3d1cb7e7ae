extension SealOperation {
    static let installerTraces = SealOperation(
        name: "installer-traces", profile: .minimal, moment: .running,
        summary: "the installer's logs and answers, its copies of passwords, and lines with secrets in its manifest",
        reason: "Answers and kickstart files hold passwords or their hashes.",
        script: #"""
            remove /root/kldload-install-logs /var/log/installer /var/log/anaconda /var/log/anaconda.syslog
            remove /root/anaconda-ks.cfg /root/original-ks.cfg /root/initial-setup-ks.cfg \
                /root/anaconda-post.log /root/install.log /root/install.log.syslog /root/ks-post.log \
                /autoinstall.yaml /boot/autoinstall.yaml
            remove /etc/kldload/autoinstall.env /root/answers.env /boot/answers.env /answers.env \
                /etc/preseed.cfg /preseed.cfg
            empty /var/cache/debconf/passwords.dat
            remove /var/cache/debconf/passwords.dat-old
            edit /etc/kldload/install-manifest.env \
                -E '/^[A-Z_]*(PASS|PASSWORD|PASSPHRASE|PSK|SECRET|TOKEN|_KEY|RHEL_USERNAME)=/d'
            """#)
}
