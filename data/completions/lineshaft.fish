# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for fish. The program knows what may come next; this only hands it the words and obeys the lines that begin with ":".

complete --command lineshaft --no-files
