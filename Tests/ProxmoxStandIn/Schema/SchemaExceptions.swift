/// Where the stand-in leaves the vendor's schema, and why; there is no other place where it does.
enum SchemaExceptions {
    /// Replies that differ from what is documented: the method, and what it may be instead.
    ///
    /// - `GET /cluster/nextid` is documented as a number; recordings of real servers from 7 to 9 all show a text.
    static let replies: [String: SchemaNode] = [
        "GET /cluster/nextid": SchemaNode(["type": "string", "pattern": "[1-9][0-9]{2,8}"])
    ]

    /// Paths of the vendor's that the schema file leaves out, since it was trimmed to those that templates need. What they
    /// take is written down here in full, of what they give the part that this server gives.
    static let pathsLeftOut: [String: JSON] = [
        "/cluster/status": [
            "GET": [
                "allowtoken": 1,
                "parameters": ["additionalProperties": 0],
                "permissions": ["check": ["perm", "/", ["Sys.Audit"]]],
                "returns": [
                    "type": "array",
                    "items": [
                        "type": "object", "additionalProperties": 0,
                        "properties": [
                            "id": ["type": "string"],
                            "ip": ["type": "string", "optional": 1],
                            "level": ["type": "string", "optional": 1],
                            "local": ["type": "boolean", "optional": 1],
                            "name": ["type": "string"],
                            "nodeid": ["type": "integer", "optional": 1],
                            "nodes": ["type": "integer", "optional": 1],
                            "online": ["type": "boolean", "optional": 1],
                            "quorate": ["type": "boolean", "optional": 1],
                            "type": ["type": "string", "enum": ["cluster", "node"]],
                            "version": ["type": "integer", "optional": 1],
                        ],
                    ],
                ],
            ]
        ],
        "/nodes/{node}/network": [
            "GET": [
                "allowtoken": 1, "proxyto": "node",
                "parameters": [
                    "additionalProperties": 0,
                    "properties": [
                        "node": ["type": "string", "format": "pve-node"],
                        "type": [
                            "type": "string", "optional": 1,
                            "enum": [
                                "bridge", "bond", "eth", "alias", "vlan", "OVSBridge", "OVSBond", "OVSPort",
                                "OVSIntPort", "vnet", "any_bridge", "any_local_bridge", "include_sdn",
                            ],
                        ],
                    ],
                ],
                "permissions": ["user": "all"],
                "returns": [
                    "type": "array",
                    "items": [
                        "type": "object", "additionalProperties": 0,
                        "properties": [
                            "active": ["type": "boolean", "optional": 1],
                            "autostart": ["type": "boolean", "optional": 1],
                            "bridge_ports": ["type": "string", "optional": 1],
                            "iface": ["type": "string"],
                            "method": ["type": "string", "optional": 1],
                            "type": ["type": "string"],
                        ],
                    ],
                ],
            ]
        ],
    ]
}
