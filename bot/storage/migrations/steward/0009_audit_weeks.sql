-- What was done to reports is kept by the week alone: to the second it would tell when a report was
-- there already. An id that counts up would tell the same, from the entries before and after it.
-- 1970 began on a Thursday, so three days are added to count from a Monday.

UPDATE audit
SET id = -abs(random() % 4611686018427387904) - 1,
    at = at - (at + 3 * 86400) % (7 * 86400),
    target = CASE
        WHEN length(target) >= 32 AND substr(target, 1, 32) NOT GLOB '*[^0-9a-f]*'
        THEN substr(target, 1, 8) || substr(target, 33)
        ELSE target
    END
WHERE action GLOB 'inbox.*';
