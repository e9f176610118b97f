/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/queue.h"
#include "pool/memory.h"
#include "pool/spin.h"

void
ls_queue_init (LsQueue *queue)
{
  *queue = (LsQueue) { 0 };
  uv_mutex_init (&queue->lock);
}

void
ls_queue_clear (LsQueue *queue)
{
  uv_mutex_lock (&queue->lock);
  LsOrder *order = queue->first;
  queue->first = queue->last = NULL;
  queue->length = 0;
  uv_mutex_unlock (&queue->lock);
  while (order != NULL) {
    LsOrder *next = order->next;
    ls_order_free (order);
    order = next;
  }
}

void
ls_queue_deinit (LsQueue *queue)
{
  ls_queue_clear (queue);
  uv_mutex_destroy (&queue->lock);
}

void
ls_queue_set_hand (LsQueue *queue, unsigned index, LsHand *hand)
{
  uv_mutex_lock (&queue->lock);
  queue->hands[index] = hand;
  if (hand != NULL && index >= queue->n_hands)
    queue->n_hands = index + 1;
  while (queue->n_hands > 0 && queue->hands[queue->n_hands - 1] == NULL)
    queue->n_hands--;
  uv_mutex_unlock (&queue->lock);
}

/* --- under the lock --- */

static void
wake (LsQueue *queue, LsHand *hand)
{
  if (hand->idle) {
    hand->idle = false;
    queue->n_idle--;
  }
  uv_async_send (hand->wake);
}

static LsHand *
find_idle (const LsQueue *queue)
{
  for (unsigned i = 0; queue->n_idle > 0 && i < queue->n_hands; i++)
    if (queue->hands[i] != NULL && queue->hands[i]->idle && !queue->hands[i]->surplus)
      return queue->hands[i];
  return NULL;
}

static void
append (LsQueue *queue, LsOrder *order)
{
  if (queue->last != NULL)
    queue->last->next = order;
  else
    queue->first = order;
  queue->last = order;
  queue->length++;
}

static LsHand *
find_hand (LsQueue *queue, const char *id)
{
  for (unsigned i = 0; i < queue->n_hands; i++) {
    LsHand *hand = queue->hands[i];
    if (hand != NULL && hand->job != NULL && strcmp (hand->job->id, id) == 0)
      return hand;
  }
  return NULL;
}

static LsOrder *
take_after (LsQueue *queue, LsOrder *before)
{
  LsOrder *order = before != NULL ? before->next : queue->first;
  if (before != NULL)
    before->next = order->next;
  else
    queue->first = order->next;
  if (queue->last == order)
    queue->last = before;
  queue->length--;
  return order;
}

static LsOrder *
take_waiting (LsQueue *queue, const char *id)
{
  LsOrder *before = NULL;
  for (LsOrder *order = queue->first; order != NULL; before = order, order = order->next)
    if (strcmp (order->id, id) == 0)
      return take_after (queue, before);
  return NULL;
}

static void
stop (LsHand *hand)
{
  __atomic_store_n (&hand->asked, 1, __ATOMIC_RELAXED);
}

/* --- the main thread --- */

void
ls_queue_push (LsQueue *queue, LsOrder *orders)
{
  ls_spin_lock (&queue->lock);
  while (orders != NULL) {
    LsOrder *order = orders;
    LsHand *hand = find_idle (queue);
    orders = order->next;
    order->next = NULL;
    if (hand != NULL) {
      hand->job = order;
      hand->given = true;
      wake (queue, hand);
    }
    else
      append (queue, order);
  }
  uv_mutex_unlock (&queue->lock);
}

LsOrder *
ls_queue_cancel (LsQueue *queue, const char *id, bool *ret_known)
{
  uv_mutex_lock (&queue->lock);
  LsHand *hand = find_hand (queue, id);
  LsOrder *order = hand == NULL ? take_waiting (queue, id) : NULL;
  if (hand != NULL)
    stop (hand);
  uv_mutex_unlock (&queue->lock);
  *ret_known = hand != NULL || order != NULL;
  return order;
}

void
ls_queue_cancel_running (LsQueue *queue)
{
  uv_mutex_lock (&queue->lock);
  for (unsigned i = 0; i < queue->n_hands; i++)
    if (queue->hands[i] != NULL && queue->hands[i]->job != NULL)
      stop (queue->hands[i]);
  uv_mutex_unlock (&queue->lock);
}

void
ls_queue_mail (LsQueue *queue, const char *id, const char *json)
{
  size_t size = strlen (json) + 1;
  uv_mutex_lock (&queue->lock);
  LsHand *hand = find_hand (queue, id);
  if (hand != NULL) {
    LsMail *mail = ls_must (malloc (sizeof *mail + size));
    mail->next = NULL;
    memcpy (mail->json, json, size);
    if (hand->last != NULL)
      hand->last->next = mail;
    else
      hand->first = mail;
    hand->last = mail;
    __atomic_store_n (&hand->has_mail, 1, __ATOMIC_RELAXED);
  }
  uv_mutex_unlock (&queue->lock);
}

bool
ls_queue_set_surplus (LsQueue *queue, LsHand *hand, bool surplus)
{
  uv_mutex_lock (&queue->lock);
  bool there = !hand->left;
  if (there) {
    hand->surplus = surplus;
    if (surplus && hand->idle)
      wake (queue, hand);
  }
  uv_mutex_unlock (&queue->lock);
  return there;
}

/* --- the hand's own thread --- */

static LsMail *
take_mail (LsHand *hand)
{
  LsMail *first = hand->first;
  hand->first = hand->last = NULL;
  __atomic_store_n (&hand->has_mail, 0, __ATOMIC_RELAXED);
  return first;
}

static void
free_mail (LsMail *mail)
{
  while (mail != NULL) {
    LsMail *next = mail->next;
    free (mail);
    mail = next;
  }
}

/* The job it had is over; what was meant for that one goes with it. Gives what nobody read. */
static LsMail *
look_for_work (LsQueue *queue, LsHand *hand)
{
  LsMail *unread = take_mail (hand);
  __atomic_store_n (&hand->asked, 0, __ATOMIC_RELAXED);
  hand->job = NULL;
  if (hand->idle) { /* it came by itself */
    hand->idle = false;
    queue->n_idle--;
  }
  if (hand->surplus)
    hand->left = true;
  else if (queue->first != NULL)
    hand->job = take_after (queue, NULL);
  else {
    hand->idle = true;
    queue->n_idle++;
  }
  return unread;
}

LsOrder *
ls_queue_take (LsQueue *queue, LsHand *hand)
{
  LsMail *unread = NULL;
  ls_spin_lock (&queue->lock);
  if (!hand->given)
    unread = look_for_work (queue, hand);
  hand->given = false;
  LsOrder *order = hand->job;
  uv_mutex_unlock (&queue->lock);
  free_mail (unread);
  return order;
}

LsMail *
ls_queue_take_mail (LsQueue *queue, LsHand *hand)
{
  uv_mutex_lock (&queue->lock);
  LsMail *mail = take_mail (hand);
  uv_mutex_unlock (&queue->lock);
  return mail;
}
