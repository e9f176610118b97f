/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

G_DEFINE_QUARK (ls-error, ls_error)

/* In the order of LsErrorCode. The last two never travel: no agent sends them. */
static const guint statuses[] = { 400, 403, 404, 409, 412, 422, 429, 500, 503, 504 };

guint
ls_error_to_status (LsErrorCode code)
{
  return (guint) code < G_N_ELEMENTS (statuses) ? statuses[code] : 500;
}

LsErrorCode
ls_error_from_status (guint status)
{
  switch (status)
    {
    case 408:
      return LS_ERROR_TIMED_OUT;
    case 503:
      return LS_ERROR_BUSY;
    default:
      break;
    }
  for (guint code = 0; code <= LS_ERROR_FAILED; code++)
    if (statuses[code] == status)
      return (LsErrorCode) code;
  /* What clients got wrong otherwise (405, 413, 415, 431, …) was never understood. */
  return status >= 400 && status < 500 ? LS_ERROR_MALFORMED : LS_ERROR_FAILED;
}
