# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Two commands for a stranger: `make run` and `make test`. Everything real is in meson.build; this only installs what is
# missing, builds and starts.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test bench soak test-debian13 test-bare deb deb-test flatpak flatpak-test test-install install uninstall dist clean

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 24

run: ## install what is missing, build, and show the first minute: agent, workers and window
	@build-aux/run.sh

build: ## install what is missing and build into build/
	@build-aux/build.sh

test: ## install what is missing, build and run everything that is not slow
	@build-aux/test.sh

bench: ## measure speed and memory beside the peers
	@build-aux/bench.sh

soak: ## the long tests
	@build-aux/soak.sh

test-debian13: ## build and test in a Debian 13 root (as root)
	@build-aux/root.sh trixie test

test-bare: ## prove `make run` and `make test` in a bare Debian 12 root (as root)
	@build-aux/root.sh bookworm test
	@build-aux/root.sh bookworm run

flatpak: ## build and bundle the Flatpak with the runtime that is to be had here
	@build-aux/flatpak.sh bundle

flatpak-test: ## make a runtime of Debian 13 packages, build the Flatpak on it, install it and use it in its sandbox
	@build-aux/flatpak.sh test

test-install: ## prove `make install` and `make uninstall` in a prefix of its own
	@build-aux/prefix.sh

install: ## build and install; PREFIX=/opt/lineshaft and DESTDIR=/elsewhere are heeded
	@build-aux/install.sh

uninstall: ## remove what `make install` put there
	@build-aux/uninstall.sh

dist: ## a source tarball, which is built and tested before it counts
	@build-aux/dist.sh

deb: ## the Debian packages of the committed tree, in build/deb
	@build-aux/deb.sh

deb-test: ## prove the Debian packages in minimal Debian 12 and 13 roots: build, install, use, upgrade, purge (as root)
	@build-aux/deb-test.sh bookworm
	@build-aux/deb-test.sh trixie

clean: ## remove everything that was built
	rm -rf build build-asan build-portable build-prefix
