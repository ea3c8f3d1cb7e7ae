# The front door. 'make demo' goes from a fresh Debian 12 or 13 with a Swift toolchain to a golden image.

SWIFT_FLAGS := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors -Xswiftc -require-explicit-sendable
PREFIX ?= /usr/local
.PHONY: help demo test test-full test-peers lint bench bench-build bench-fleets bench-images bench-ledger bench-proxmox bench-verify build install setup toolchain ci clean

help:
	@echo 'make demo        build the tool, a small installer ISO, and a golden image from it'
	@echo 'make test        build and run all tests, with real virtual machines'
	@echo 'make test-full   the tests that take hours; SHARDS="factory-kills power-loss" for some of them'
	@echo 'make test-peers  have programs that are not ours read images and metrics, verify evidence and check workflows'
	@echo 'make bench       measure the build, its overhead, the converter, the ledger, fleets, the verification and uploads beside their peers'
	@echo 'make bench-build build the same image by packer and by imagefactory'
	@echo 'make lint        check format, imports and shell scripts'
	@echo 'make install     install the tool, its manual pages and completions under PREFIX ($(PREFIX))'

demo: build
	.build/debug/imagefactory doctor
	.build/debug/imagefactory build lab-debian13
	@ls -l output/lab-debian13/*/

build: setup
	swift build $(SWIFT_FLAGS)

test: setup
	swift build --build-tests $(SWIFT_FLAGS)
	.ci/test

test-full: setup
	swift build --build-tests $(SWIFT_FLAGS)
	.ci/test-full $(SHARDS)

test-peers: build
	.ci/test-peers

lint: toolchain
	.ci/lint

bench: build bench-fleets bench-images bench-ledger bench-proxmox bench-verify
	.ci/bench

bench-images: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	swift build -c release $(SWIFT_FLAGS) --product conversion-limit
	.ci/bench-images

bench-fleets: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	.ci/bench-fleets

bench-ledger: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	.ci/bench-ledger

bench-verify: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	.ci/bench-verify

bench-proxmox: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	swift build -c release $(SWIFT_FLAGS) --product proxmox-server
	.ci/bench-proxmox

bench-build: setup
	.ci/setup packages-bench.txt
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	.ci/bench-build

install: setup
	swift build -c release $(SWIFT_FLAGS) --product imagefactory
	swift build -c release --product generate-manual
	install -D .build/release/imagefactory $(DESTDIR)$(PREFIX)/bin/imagefactory
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	.build/release/generate-manual .build/release/imagefactory --multi-page -o $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	.build/release/imagefactory --generate-completion-script bash \
		> $(DESTDIR)$(PREFIX)/share/bash-completion/completions/imagefactory
	.build/release/imagefactory --generate-completion-script zsh \
		> $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_imagefactory

setup: toolchain
	@.ci/setup

toolchain:
	@command -v swift >/dev/null || { echo 'imagefactory is built with a Swift 6.2 or later toolchain, and there is no "swift" on PATH; install one from swift.org.' >&2; exit 69; }

ci: setup lint test test-peers

clean:
	rm -rf .build
