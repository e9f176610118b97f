/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside events only: one reader of the stream. */

#include "service/event_ring.h"
#include "service/events.h"
#include "service/follow.h"

/* What readers share. */
struct LsEvents {
  LsService *service;
  LsEventRing *ring;
  GPtrArray *readers;         /* LsReader, not owned */
  uv_timer_t heartbeat;       /* runs while there is a reader */
  uint64_t left_ms;           /* on the loop's clock, when the last reader went; 0: there was none */
  void (*closed) (void *user);
  void *closed_user;
};

typedef struct LsReader LsReader;

typedef struct {
  guint topics;
  gint64 interval_ms;              /* of samples; 0: each */
  const char *const *sources;      /* of logs; NULL: all */
  const char *last_event_id;       /* NULL: new */
} LsReaderWish;

LsReader *ls_reader_new (LsEvents *events, LsCall *call, const LsReaderWish *wish);
/* The ring has something. */
void ls_reader_kick (LsReader *reader);
/* @frame: the sample as it goes on the wire, made when the first reader wants it. */
gboolean ls_reader_wants_sample (const LsReader *reader, const LsSample *sample);
void ls_reader_sample (LsReader *reader, const LsSample *sample, GBytes *frame);
void ls_reader_heartbeat (LsReader *reader);

/* Appends one event. */
#define LS_EVENT_NO_ID G_MAXUINT64
void ls_event_frame_append (GString *to, const char *epoch, guint64 id, const char *type, const char *data);
/* {"clusters":[…],…,"sample":…}, (transfer full) */
json_t *ls_snapshot_new (LsService *service);
