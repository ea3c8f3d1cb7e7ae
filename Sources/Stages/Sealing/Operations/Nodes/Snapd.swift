extension SealOperation {
    static let snapd = SealOperation(
        name: "snapd", profile: .minimal, moment: .shutdown,
        summary: "snapd's serial number and key of this device, and who is logged in at the store",
        reason: """
            The store takes all clones for one device, and refuses them in the end. Which snaps are \
            installed stays.
            """,
        script: #"""
            remove /var/lib/snapd/device/private-keys-v1 /var/lib/snapd/assertions/asserts-v0/serial
            remove_in_homes .snap/auth.json snap/auth.json
            [ -f /var/lib/snapd/state.json ] || return 0
            grep -qE '"(serial|key-id|session-macaroon|macaroon)"' /var/lib/snapd/state.json || return 0
            text=$talk/snapd.json
            python3 - /var/lib/snapd/state.json >"$text" <<'PYTHON'
            import json, sys
            state = json.load(open(sys.argv[1]))
            auth = state.get("data", {}).get("auth", {})
            for name in ("serial", "key-id", "session-macaroon"):
                auth.get("device", {}).pop(name, None)
            auth.pop("users", None)
            auth.pop("macaroon-key", None)
            json.dump(state, sys.stdout)
            PYTHON
            cat "$text" >/var/lib/snapd/state.json
            echo 'changed /var/lib/snapd/state.json'
            """#)
}
